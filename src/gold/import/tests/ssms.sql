USE [SalesDW]
GO
/****** Object:  Table [dbo].[DimCustomer]    Script Date: 11/27/2026 9:22:55 AM ******/
SET ANSI_NULLS ON
GO
SET QUOTED_IDENTIFIER ON
GO
IF NOT EXISTS (SELECT * FROM sys.objects WHERE object_id = OBJECT_ID(N'[dbo].[DimCustomer]') AND type in (N'U'))
BEGIN
CREATE TABLE [dbo].[DimCustomer](
	[CustomerKey] [int] IDENTITY(1,1) NOT NULL,
	[Customer Alternate Key] [nvarchar](15) COLLATE Latin1_General_CI_AS NOT NULL,
	[FirstName] [nvarchar](50) NULL,
	[BirthDate] [date] NULL,
	[IsActive] [bit] NOT NULL,
	[YearlyIncome] [money] NULL,
	[Score] [decimal](18, 6) NULL,
	[Rate] [decimal](9, 4) NULL,
	[RowGuid] [uniqueidentifier] ROWGUIDCOL NOT NULL,
	[FullName]  AS (concat([FirstName],' ',[Customer Alternate Key])) PERSISTED,
	[ModifiedDate] [datetime2](7) NOT NULL,
	[SysStart] [datetime2](7) GENERATED ALWAYS AS ROW START NOT NULL,
	[SysEnd] [datetime2](7) GENERATED ALWAYS AS ROW END NOT NULL,
 CONSTRAINT [PK_DimCustomer_CustomerKey] PRIMARY KEY CLUSTERED 
(
	[CustomerKey] ASC
)WITH (PAD_INDEX = OFF, STATISTICS_NORECOMPUTE = OFF, IGNORE_DUP_KEY = OFF, ALLOW_ROW_LOCKS = ON, ALLOW_PAGE_LOCKS = ON) ON [PRIMARY],
	PERIOD FOR SYSTEM_TIME ([SysStart], [SysEnd])
) ON [PRIMARY] TEXTIMAGE_ON [PRIMARY]
END
GO
CREATE TABLE [dbo].[FactSales](
	[SalesOrderNumber] [nvarchar](20) NOT NULL,
	[LineNumber] [tinyint] NOT NULL,
	[CustomerKey] [int] NOT NULL,
	[OrderDate] [datetime] NOT NULL,
	[OrderDateKey] [int] NOT NULL,
	[Amount] [decimal](19, 4) NOT NULL,
	[Notes] [varchar](max) NULL,
	[Payload] [varbinary](max) NULL,
	[x] [xml] NULL,
 CONSTRAINT [PK_FactSales] PRIMARY KEY NONCLUSTERED ([SalesOrderNumber] ASC, [LineNumber] ASC)
) ON [PRIMARY]
GO
ALTER TABLE [dbo].[DimCustomer] ADD  CONSTRAINT [DF_x]  DEFAULT ((1)) FOR [IsActive]
GO
ALTER TABLE [dbo].[FactSales]  WITH CHECK ADD  CONSTRAINT [FK_FactSales_DimCustomer] FOREIGN KEY([CustomerKey])
REFERENCES [dbo].[DimCustomer] ([CustomerKey])
GO
ALTER TABLE [dbo].[FactSales] CHECK CONSTRAINT [FK_FactSales_DimCustomer]
GO
EXEC sys.sp_addextendedproperty @name=N'MS_Description', @value=N'The customer; bought; once' , @level0type=N'SCHEMA',@level0name=N'dbo', @level1type=N'TABLE',@level1name=N'DimCustomer'
GO
EXEC sys.sp_addextendedproperty @name=N'MS_Description', @value=N'Surrogate key' , @level0type=N'SCHEMA',@level0name=N'dbo', @level1type=N'TABLE',@level1name=N'DimCustomer', @level2type=N'COLUMN',@level2name=N'CustomerKey'
GO
CREATE NONCLUSTERED INDEX [IX_1] ON [dbo].[FactSales] ([CustomerKey] ASC) INCLUDE([Amount]) WITH (PAD_INDEX = OFF)
GO
CREATE VIEW [dbo].[v] AS SELECT * FROM dbo.FactSales
GO
CREATE TABLE [dbo].[DimDate]([Date] date NOT NULL PRIMARY KEY, [MonthName] varchar(10) NOT NULL, [Year] smallint NOT NULL, UNIQUE ([Date]), CHECK ([Year] > 1900));
GO
